import type { ErrorComponentProps } from "@tanstack/react-router";
import { LoadFault } from "./load-fault.tsx";

/** What a screen shows that failed while drawing. */
export const RouteError = ({ error, reset }: ErrorComponentProps) => (
  <LoadFault error={error} onRetry={reset} />
);
