import { useId, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../../i18n/format.ts";
import { NumberField } from "../../../ui/number-field.tsx";
import { Select } from "../../../ui/select.tsx";
import type { Order, useDrafts } from "./use-drafts.ts";

const services = ["ollama", "openai", "anthropic", "mistral"] as const;
type Service = (typeof services)[number];

/** Who shall write what; first it shows what would be sent where, then it sends. */
export function OrderForm({ work }: { work: ReturnType<typeof useDrafts> }) {
  const { t } = useTranslation("drafts");
  const format = useFormat();
  const [service, setService] = useState<Service>("ollama");
  const [model, setModel] = useState("");
  const [address, setAddress] = useState("");
  const [key, setKey] = useState("");
  const [perChunk, setPerChunk] = useState(3);
  const [language, setLanguage] = useState("");
  const [style, setStyle] = useState("");
  const { plan } = work;
  const order: Order = {
    service,
    model,
    address: address === "" ? null : address,
    per_chunk: perChunk,
    language,
    style,
  };
  // What was shown is only true for what it was shown for.
  const text = (set: (value: string) => void) => (value: string) => {
    work.forgetPlan();
    set(value);
  };
  return (
    <form
      className="drafts-order"
      onSubmit={(event) => {
        event.preventDefault();
        void work.makePlan(order, key).then(() => setKey(""));
      }}
    >
      <h2>{t("order")}</h2>
      <div className="drafts-fields">
        <Field label={t("service")}>
          {(id) => (
            <Select
              id={id}
              value={service}
              options={services.map((value) => ({ value, label: t(`service_${value}`) }))}
              onChange={(value) => {
                work.forgetPlan();
                setService(value as Service);
              }}
            />
          )}
        </Field>
        <Field label={t("model")}>
          {(id) => <Text id={id} value={model} onChange={text(setModel)} required />}
        </Field>
        <Field label={t("address")}>
          {(id) => (
            <Text
              id={id}
              type="url"
              value={address}
              placeholder={t("usual")}
              onChange={text(setAddress)}
            />
          )}
        </Field>
        {service !== "ollama" && (
          <Field label={t("key")}>
            {(id) => (
              <Text
                id={id}
                type="password"
                value={key}
                placeholder={t("keyStored")}
                onChange={text(setKey)}
              />
            )}
          </Field>
        )}
        <Field label={t("perPassage")}>
          {(id) => (
            <NumberField
              id={id}
              value={perChunk}
              minimum={1}
              maximum={10}
              step={1}
              onCommit={(value) => {
                work.forgetPlan();
                setPerChunk(value ?? 3);
              }}
            />
          )}
        </Field>
        <Field label={t("language")}>
          {(id) => (
            <Text
              id={id}
              value={language}
              placeholder={t("asPassage")}
              onChange={text(setLanguage)}
            />
          )}
        </Field>
        <Field label={t("style")}>
          {(id) => (
            <Text id={id} value={style} placeholder={t("optional")} onChange={text(setStyle)} />
          )}
        </Field>
      </div>
      <button type="submit" className={plan ? "btn" : "btn btn-primary"}>
        {t("showPlan")}
      </button>
      {plan && (
        <div className="drafts-plan" role="status">
          <p>
            {t("plan", {
              count: plan.chunks,
              n: format.number(plan.chunks),
              address: plan.address,
              tokens: format.number(plan.prompt_tokens),
              back: format.number(plan.answer_tokens),
            })}{" "}
            {plan.leaves_computer ? t("leaves") : t("stays")}
          </p>
          {plan.example && (
            <details>
              <summary className="sm">{t("firstRequest")}</summary>
              <pre className="sm" tabIndex={0}>
                {plan.example.system}
                {"\n\n"}
                {plan.example.user}
              </pre>
            </details>
          )}
          <button
            type="button"
            className="btn btn-primary"
            disabled={plan.chunks === 0}
            onClick={() => void work.start(order)}
          >
            {t("send")}
          </button>
        </div>
      )}
    </form>
  );
}

function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="field">
      <label className="lab" htmlFor={id}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}

function Text(props: {
  id: string;
  value: string;
  type?: "text" | "url" | "password";
  placeholder?: string;
  required?: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <input
      id={props.id}
      className="input"
      type={props.type ?? "text"}
      autoComplete="off"
      value={props.value}
      placeholder={props.placeholder}
      required={props.required}
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
}
