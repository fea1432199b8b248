import type { Parameter, ParameterValue } from "#contract/parameters/types.ts";

/** A bounded number's scale: tick = default, needle = yours, band = the distance between them. */
export function Gauge(props: {
  parameter: Parameter;
  value: ParameterValue | null;
  fallback: ParameterValue | null;
}) {
  const { minimum, maximum, scale } = props.parameter;
  if (minimum === undefined || maximum === undefined || typeof props.value !== "number") {
    return null;
  }
  // A logarithmic scale cannot begin at zero: it begins six decades below its end.
  const low = scale === "log" ? Math.max(minimum, maximum / 1e6) : minimum;
  const place = (value: number) => {
    const at =
      scale === "log"
        ? Math.log(Math.max(value, low) / low) / Math.log(maximum / low)
        : (value - low) / (maximum - low);
    return Math.min(1, Math.max(0, at));
  };
  const fallback = typeof props.fallback === "number" ? props.fallback : props.value;
  const style = {
    "--v": place(props.value),
    "--d": place(fallback),
  } as React.CSSProperties;
  return (
    <div className="gauge" style={style} aria-hidden="true">
      <u />
      <i />
      <b />
    </div>
  );
}
