/** All scales run from −40 to +100 points, so that cards can be compared at a glance. */
const low = -40;
const high = 100;
const at = (points: number) => Math.min(1, Math.max(0, (points - low) / (high - low)));

/**
 * Where a gain lies against “no change”. `mean`, `from` and `to` are percentage points (tuned − base).
 * The bar repeats what the text beside it says, so it is hidden from screen readers.
 */
export function IntervalScale(props: {
  tone: "good" | "warn" | "bad";
  mean: number;
  from: number;
  to: number;
  mini?: boolean;
}) {
  const place = {
    "--z": at(0),
    "--a": at(props.from),
    "--b": at(props.to),
    "--p": at(props.mean),
  } as React.CSSProperties;
  return (
    <div
      className={`scale ${props.tone}${props.mini ? " scale-mini" : ""}`}
      style={place}
      aria-hidden="true"
    >
      <span className="zero" />
      <span className="span" />
      <span className="pt" />
    </div>
  );
}
