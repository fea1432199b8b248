import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { RunReply } from "#contract/routes/runs.ts";
import { useFormat } from "../../i18n/format.ts";
import { LineSample } from "../../ui/chart.tsx";
import { Mark, type Tone } from "../../ui/mark.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Table } from "../../ui/table.tsx";
import { differingSettings, differsFrom } from "./differing-settings.ts";

const verdictTones = {
  better: "good",
  worse: "bad",
  not_proven: "warn",
  not_measured: "none",
} as const;
const verdictShapes = {
  better: "up",
  worse: "down",
  not_proven: "diamond",
  not_measured: "circle",
} as const;
const statusTones: Record<string, Tone> = { running: "live", failed: "bad" };

export const isActive = (status: RunReply["state"]["status"]): boolean =>
  status === "running" || status === "queued";

/** The runs with what tells them apart; a chosen one bears its line of the chart. */
export function RunTable(props: {
  runs: readonly RunReply[];
  selected: readonly RunReply[];
  /** No more can be chosen. */
  full: boolean;
  bytesOf: (run: RunReply) => number | null;
  onSelect: (id: string, on: boolean) => void;
  onDelete: (run: RunReply) => void;
  onPassport: (run: RunReply) => void;
}) {
  const { t } = useTranslation("history");
  const { runs, selected } = props;
  const reference = selected[0] ?? runs[0];
  return (
    <Table
      label={t("title")}
      className="hist"
      columns={[
        { name: t("curves"), unseen: true },
        t("runHead"),
        t("started"),
        t("verdict"),
        { name: t("gain"), numbers: true },
        { name: t("sure"), numbers: true },
        { name: t("short_heldOutLoss"), numbers: true },
        t("differs", { number: reference?.number ?? "" }),
        { name: t("took"), numbers: true },
        { name: t("disk"), numbers: true },
        { name: t("actions"), unseen: true },
      ]}
    >
      {runs.map((run) => (
        <Row
          key={run.id}
          {...props}
          run={run}
          reference={reference}
          line={selected.findIndex(({ id }) => id === run.id)}
        />
      ))}
    </Table>
  );
}

function Row(
  props: Parameters<typeof RunTable>[0] & {
    run: RunReply;
    reference: RunReply | undefined;
    line: number;
  },
) {
  const { t } = useTranslation(["history", "common"]);
  const format = useFormat();
  const { run, reference, line } = props;
  const { state, spec, project, id } = run;
  const bytes = props.bytesOf(run);
  const byAnswers = state.scores?.decidedBy === "exactMatch";
  const interval = state.scores?.interval;
  const show = (value: number | null) =>
    value === null
      ? "–"
      : format.signed(byAnswers ? Math.round(value * 100) : Number(value.toFixed(2)));
  const differing =
    reference === undefined || reference.id === id
      ? differingSettings(spec)
      : differsFrom(spec, reference.spec, t("rows"));
  const seconds =
    state.startedAt && state.endedAt
      ? (Date.parse(state.endedAt) - Date.parse(state.startedAt)) / 1000
      : null;
  return (
    <tr aria-selected={line >= 0}>
      <td>
        <span className="row gap-2">
          <input
            type="checkbox"
            className="check"
            aria-label={t("choose", { number: run.number })}
            checked={line >= 0}
            disabled={props.full && line < 0}
            onChange={(event) => props.onSelect(id, event.target.checked)}
          />
          {line >= 0 && <LineSample style={line} />}
        </span>
      </td>
      <td className="nowrap">
        <Link className="link" to="/projects/$project/runs/$run" params={{ project, run: id }}>
          {t("run", { number: run.number })}
        </Link>
      </td>
      <td className="nowrap">{format.ago(spec.createdAt)}</td>
      <td>
        {state.status === "finished" && state.verdict ? (
          <Mark tone={verdictTones[state.verdict]} shape={verdictShapes[state.verdict]}>
            {t(`verdict_${state.verdict}`)}
          </Mark>
        ) : (
          <Mark tone={statusTones[state.status] ?? "none"} shape="square">
            {t(`status_${state.status}`)}
          </Mark>
        )}
      </td>
      <td className="num-r strong">{interval ? show(interval.mean) : ""}</td>
      <td className="num-r nowrap">
        {interval ? t("from", { low: show(interval.low), high: show(interval.high) }) : ""}
      </td>
      <td className="num-r">
        {state.heldOutLoss === null ? "" : format.number(state.heldOutLoss, 2)}
      </td>
      <td className="sm">
        {reference?.id === id && props.runs.length > 1 ? (
          <span className="muted">{t("reference")}</span>
        ) : (
          differing.join(", ") || <span className="muted">{t("nothing")}</span>
        )}
      </td>
      <td className="num-r nowrap">{seconds === null ? "" : format.duration(seconds)}</td>
      <td className="num-r nowrap">{bytes === null ? "" : format.bytes(bytes)}</td>
      <td className="num-r">
        <Menu
          label={t("more", { number: run.number })}
          entries={[
            { icon: "file", label: t("passport"), onSelect: () => props.onPassport(run) },
            {
              icon: "trash",
              label:
                bytes === null ? t("delete") : t("deleteBytes", { bytes: format.bytes(bytes) }),
              danger: true,
              disabled: isActive(state.status),
              onSelect: () => props.onDelete(run),
            },
          ]}
        />
      </td>
    </tr>
  );
}
