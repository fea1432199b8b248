import type { RunEvent } from "./events.ts";
import type { CurvePoint } from "./run.ts";

type Kept = CurvePoint & { attempt: number };

/**
 * The training curve: one point per logged step. After a resume at step k, or a new start, what
 * earlier attempts logged beyond it never happened for the model that came out, so it is dropped. The
 * held-out loss of step k itself may come only then, where a wish broke its evaluation off.
 */
export function foldCurve(events: Iterable<RunEvent>): CurvePoint[] {
  let kept: Kept[] = [];
  let owed: { step: number; attempt: number } | undefined;
  for (const event of events) {
    if (event.type === "train.resumed") {
      kept = kept.filter(({ step }) => step <= event.step);
      owed = event;
    }
    const values = curveValues(event);
    if (!values) continue;
    const { attempt } = event;
    const last = kept.at(-1);
    // Steps only rise within an attempt, so what stands behind this one is of an earlier attempt.
    const isOwed = owed?.attempt === attempt && owed.step === values.step;
    if (last && last.attempt < attempt && last.step >= values.step && !isOwed)
      kept = kept.filter((point) => point.attempt === attempt || point.step < values.step);
    kept.push({ ...(takePoint(kept, values.step) ?? emptyPoint(values.step)), ...values, attempt });
  }
  return kept.map(({ attempt: _attempt, ...point }) => point);
}

/** The curve with what more of the same attempt adds; the given points stay as they are. */
export function extendCurve(
  points: readonly CurvePoint[],
  events: readonly RunEvent[],
): readonly CurvePoint[] {
  const added = events.flatMap((event) => curveValues(event) ?? []);
  if (added.length === 0) return points;
  const longer = [...points];
  for (const values of added)
    longer.push({ ...(takePoint(longer, values.step) ?? emptyPoint(values.step)), ...values });
  return longer;
}

/** Training and evaluation of one step are one point: the last one, where it has come already. */
function takePoint<P extends CurvePoint>(points: P[], step: number): P | undefined {
  return points.at(-1)?.step === step ? points.pop() : undefined;
}

function curveValues(event: RunEvent): (Partial<CurvePoint> & { step: number }) | undefined {
  if (event.type === "train.evaluated") return { step: event.step, heldOutLoss: event.loss };
  if (event.type !== "train.step") return undefined;
  const { step, loss, learningRate, gradNorm, tokensPerSecond, memoryBytes } = event;
  return { step, loss, learningRate, gradNorm, tokensPerSecond, memoryBytes };
}

const emptyPoint = (step: number): CurvePoint => ({
  step,
  loss: null,
  learningRate: null,
  gradNorm: null,
  tokensPerSecond: null,
  memoryBytes: null,
  heldOutLoss: null,
});
