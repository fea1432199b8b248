import type { ReactNode } from "react";

export type Tone = "good" | "warn" | "bad" | "live" | "none";
type Shape = "wave" | "up" | "down" | "diamond" | "square" | "circle" | "tick";

const shapes: Record<Shape, ReactNode> = {
  wave: (
    <path
      className="wave-a"
      d="M.5 6C2 1.5 4 1.5 6 6s4 4.5 5.5 0"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    />
  ),
  up: <path d="M6 1.5 11 10.5H1z" fill="currentColor" />,
  down: <path d="M6 10.5 11 1.5H1z" fill="currentColor" />,
  diamond: <path d="M6 1 11 6 6 11 1 6z" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  square: <path d="M2 2h8v8H2z" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  circle: <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.3" />,
  tick: <path d="m1.5 6.5 3 3L10.5 3" fill="none" stroke="currentColor" strokeWidth="1.6" />,
};

const defaultShape: Record<Tone, Shape> = {
  good: "tick",
  warn: "diamond",
  bad: "down",
  live: "wave",
  none: "circle",
};

/** A state as shape and word, never as colour alone. */
export function Mark(props: { tone: Tone; shape?: Shape; children: ReactNode }) {
  return (
    <span className={`mark ${props.tone}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        {shapes[props.shape ?? defaultShape[props.tone]]}
      </svg>
      {props.children}
    </span>
  );
}
