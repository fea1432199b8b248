export type StepState = "todo" | "here" | "done" | "live" | "unsure" | "better" | "warn";

/** The mark of a step on the string: check = done, ring = begin here, wave = running, … */
export function StepNode({ state }: { state: StepState }) {
  return (
    <svg className={`node ${state}`} viewBox="0 0 20 20" aria-hidden="true">
      {state === "unsure" || state === "warn" ? (
        <path className="ring" d="M10 2.5 17.5 10 10 17.5 2.5 10z" />
      ) : (
        <circle className="ring" cx="10" cy="10" r={state === "todo" ? 5 : 7} />
      )}
      {state === "here" && <circle className="dot" cx="10" cy="10" r="3" />}
      {state === "done" && <path className="tick" d="m6.5 10.3 2.3 2.3 4.7-5" />}
      {state === "live" && (
        <path className="wave wave-a" d="M4.5 10c1.8-4 3.7-4 5.5 0s3.7 4 5.5 0" />
      )}
      {state === "better" && <path className="tri" d="M10 6 14 13H6z" />}
    </svg>
  );
}
