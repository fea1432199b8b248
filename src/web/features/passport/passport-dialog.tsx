import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { Passport, Verification } from "#contract/passport.ts";
import type { RunReply } from "#contract/routes/runs.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useJob } from "../../app/use-job.ts";
import { useFormat } from "../../i18n/format.ts";
import type { PageLanguage } from "../../i18n/index.ts";
import { CheckBox } from "../../ui/check-box.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Note } from "../../ui/note.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Checks } from "./checks.tsx";
import { shortHash } from "./short-hash.ts";

type Run = Pick<RunReply, "project" | "id" | "number" | "state">;

/** A run's hashes, whether they still hold, doing it again, and taking it to another machine. */
export function PassportDialog({ run, onClose }: { run: Run; onClose: () => void }) {
  const { t } = useTranslation("passport");
  const navigate = useNavigate();
  const [withBase, setWithBase] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { data: passport, error } = useQuery(queries.passport(run.project, run.id));
  const { data: again } = useQuery({
    ...queries.reproduction(run.project, run.id),
    enabled: run.state.status === "finished",
  });
  const params = { project: run.project, run: run.id };
  const verify = async () => {
    setFailure(null);
    try {
      await api.request("POST /api/projects/{project}/runs/{run}/verify", { params });
      await queryClient.invalidateQueries({ queryKey: ["jobs"] });
    } catch (thrown) {
      setFailure(thrown);
    }
  };
  const reproduce = async () => {
    setFailure(null);
    try {
      const { id } = await api.request("POST /api/projects/{project}/runs/{run}/reproduce", {
        params,
      });
      await navigate({
        to: "/projects/$project/runs/$run",
        params: { project: run.project, run: id },
      });
    } catch (thrown) {
      setFailure(thrown);
    }
  };
  const active = run.state.status === "running" || run.state.status === "queued";
  const fault = failure ?? error;
  return (
    <Dialog open wide title={t("title", { number: run.number })} onClose={onClose}>
      <p className="muted">{t("lead")}</p>
      {fault !== null && <Fault error={fault} />}
      {passport && <Facts passport={passport} />}
      <Verified run={run} />
      {again && (
        <Note
          tone={again.equal ? "good" : "bad"}
          title={t(again.equal ? "reproduced" : "notReproduced", { number: again.of.number })}
        >
          <Checks
            label={t("differencesFrom", { number: again.of.number })}
            checks={[...again.outputs, ...again.differences].filter(
              ({ state }) => state !== "equal",
            )}
          />
        </Note>
      )}
      <div className="row wrap gap-3 mt-4">
        <button type="button" className="btn btn-primary" onClick={() => void verify()}>
          <Icon name="check" />
          {t("verify")}
        </button>
        <button
          type="button"
          className="btn"
          disabled={run.state.status !== "finished"}
          onClick={() => void reproduce()}
        >
          <Icon name="reset" />
          {t("reproduce")}
        </button>
        {!active && (
          <a
            className="btn"
            download
            href={api.href("GET /api/projects/{project}/runs/{run}/archive", {
              params,
              query: { base: String(withBase) },
            })}
          >
            <Icon name="download" />
            {t("takeAlong")}
          </a>
        )}
        {!active && (
          <CheckBox checked={withBase} onChange={setWithBase}>
            {t("withBase")}
          </CheckBox>
        )}
      </div>
      <p className="sm muted mt-2">{t("takeAlongNote")}</p>
    </Dialog>
  );
}

function Fault({ error }: { error: unknown }) {
  const { message, code } = sentenceOf(error);
  return <Note tone="bad" title={message} code={code} />;
}

function Facts({ passport }: { passport: Passport }) {
  const { t } = useTranslation("passport");
  const { config, data, base, environment, code, seeds, outputs } = passport;
  const output = (path: string) => outputs.find((one) => one.path === path)?.sha256;
  const gguf = outputs.find(({ path }) => path.endsWith(".gguf"));
  const facts: [string, string | null | undefined, string?][] = [
    [t("config"), config],
    [t("train"), data.train],
    [t("check"), data.check],
    [t("base"), base.sha256, base.id],
    [t("environment"), environment.versions["engine"]],
    [t("code"), code.sha256, code.version],
    [t("seed"), String(seeds.training)],
    [t("adapter"), output("adapter/adapter_model.safetensors")],
    [t("gguf"), gguf?.sha256],
  ];
  return (
    <dl className="passport mt-4">
      {facts.map(([name, value, more]) => (
        <div key={name}>
          <dt>
            {name} {more && <span className="muted sm">{more}</span>}
          </dt>
          <dd className="mono sm" title={value ?? undefined}>
            {value ? shortHash(value) : t("notYet")}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** How the last check of this run goes, or went. */
function Verified({ run }: { run: Run }) {
  const { t, i18n } = useTranslation("passport");
  const format = useFormat();
  const job = useJob({ kind: "verify", project: run.project, run: run.id }, () => undefined);
  if (job?.status === "running") {
    return (
      <div className="mt-4">
        <p className="sm">{t("verifying", { name: job.note ?? "" })}</p>
        <Progress label={t("verify")} value={job.total ? (job.done ?? 0) / job.total : undefined} />
      </div>
    );
  }
  if (job?.error) {
    return (
      <Note tone="bad" title={t("notVerified")} code={job.error.code}>
        {bodySentence(job.error, i18n.language as PageLanguage)}
      </Note>
    );
  }
  if (!job?.result) return null;
  const { equal, sealed, checks } = job.result as unknown as Verification;
  const own = checks.filter(({ kind }) => kind === "frozen" || kind === "output");
  return (
    <Note
      tone={equal ? "good" : "bad"}
      title={equal ? t("equal", { count: own.length }) : t("notEqual")}
    >
      <p className="sm muted">{format.ago(job.ended_at ?? job.started_at)}</p>
      {!sealed && <p>{t("unsealed")}</p>}
      <Checks label={t("differences")} checks={checks.filter(({ state }) => state !== "equal")} />
    </Note>
  );
}
