import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyOf } from "#contract/client.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Select } from "../../ui/select.tsx";
import { say } from "../../ui/toast.tsx";

type Split = ReplyOf<"GET /api/hub/dataset">["splits"][number];
const nameOf = ({ config, split }: Split): string => `${config}/${split}`;

/** A dataset of the hub by its name: its splits are looked up, then one becomes data here. */
export function HubDataDialog(props: { project: string; open: boolean; onClose: () => void }) {
  const { t } = useTranslation("examples");
  const { project, open, onClose } = props;
  const [name, setName] = useState("");
  const [splits, setSplits] = useState<Split[] | null>(null);
  const [chosen, setChosen] = useState("");
  const [role, setRole] = useState<"train" | "check">("train");
  const [failure, setFailure] = useState<{ message: string; code?: string } | null>(null);
  const [started, setStarted] = useState<string | null>(null);
  const form = useId();
  const { data } = useQuery({ ...queries.jobs(), enabled: open });
  const job = data?.jobs.find(({ id }) => id === started);
  const split = splits?.find((one) => nameOf(one) === chosen);
  const files = job?.status === "finished" ? job.result?.["files"] : undefined;
  const onAdded = useEffectEvent((names: readonly unknown[]) => {
    void queryClient.invalidateQueries({ queryKey: ["project", project] });
    say(t("hubAdded", { files: names.join(", ") }));
    setStarted(null);
    onClose();
  });
  useEffect(() => {
    if (Array.isArray(files)) onAdded(files);
  }, [files]);
  const act = async (work: () => Promise<void>) => {
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(sentenceOf(error));
    }
  };
  const lookUp = () =>
    act(async () => {
      const found = await api.request("GET /api/hub/dataset", { query: { id: name.trim() } });
      const [first] = found.splits;
      setSplits(found.splits);
      setChosen(first ? nameOf(first) : "");
    });
  const download = () =>
    act(async () => {
      if (!split) return;
      const { config, split: part } = split;
      const reply = await api.request("POST /api/projects/{project}/hub-data", {
        params: { project },
        json: { id: name.trim(), config, split: part, role },
      });
      setStarted(reply.id);
      await queryClient.invalidateQueries({ queryKey: queries.jobs().queryKey });
    });
  const going = job?.status === "running";
  const shown = failure ?? (job?.status === "failed" ? job.error : null);
  return (
    <Dialog
      open={open}
      title={t("hubTitle")}
      onClose={onClose}
      actions={
        <button
          type="submit"
          form={form}
          className="btn btn-primary"
          disabled={going || name.trim() === ""}
        >
          {t(splits ? "hubDownload" : "hubLookUp")}
        </button>
      }
    >
      <form
        id={form}
        className="stack-4"
        onSubmit={(event) => {
          event.preventDefault();
          void (splits ? download() : lookUp());
        }}
      >
        <p>{t("hubAbout")}</p>
        <div>
          <label htmlFor={`${form}-name`} className="strong">
            {t("hubName")}
          </label>
          <input
            id={`${form}-name`}
            className="input mt-1 mono"
            placeholder="owner/dataset"
            value={name}
            onChange={(event) => {
              setName(event.target.value);
              setSplits(null);
              setFailure(null);
            }}
          />
        </div>
        {splits && (
          <div className="row wrap">
            <Select
              label={t("hubSplit")}
              value={chosen}
              options={splits.map((one) => ({ value: nameOf(one), label: nameOf(one) }))}
              onChange={setChosen}
            />
            <Select
              label={t("hubRole")}
              value={role}
              options={(["train", "check"] as const).map((value) => ({
                value,
                label: t(`role_${value}`),
              }))}
              onChange={(value) => setRole(value === "check" ? "check" : "train")}
            />
          </div>
        )}
        {going && <Going done={job.done} total={job.total} name={name} />}
        {shown && <Note tone="bad" title={shown.message} code={shown.code} />}
      </form>
    </Dialog>
  );
}

function Going({ done, total, name }: { done: number | null; total: number | null; name: string }) {
  const { t } = useTranslation("examples");
  const format = useFormat();
  return (
    <div role="status">
      <Progress value={total ? (done ?? 0) / total : undefined} label={t("hubGoing", { name })} />
      <p className="sm muted">
        {total
          ? t("uploading", { done: format.bytes(done ?? 0), total: format.bytes(total) })
          : t("hubGoing", { name })}
      </p>
    </div>
  );
}
