import type { RunReply } from "#contract/routes/runs.ts";
import type { RunView } from "#core/api.ts";

export const runBody = ({ slug, id, number, spec, state }: RunView): RunReply => ({
  project: slug,
  id,
  number,
  spec,
  state,
});
