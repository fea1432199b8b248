import type { Workspace } from "../workspace.ts";
import { hubPlace } from "./place.ts";
import { usualPatience, type HubConnection, type Patience } from "./request.ts";
import { hubToken } from "./token.ts";

/** Requests to the hub in the person's name. Errors: hub_endpoint_invalid, those of hubToken. */
export async function connectHub(
  ws: Workspace,
  patience: Patience = usualPatience,
): Promise<HubConnection> {
  const token = await hubToken(ws);
  return { place: hubPlace(), patience, ...(token ? { token } : {}) };
}
