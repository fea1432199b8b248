import type { ReplyOf } from "#contract/client.ts";
import type { Theme } from "../../app/theme.ts";
import { api } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";
import type { PageLanguage } from "../../i18n/index.ts";

export type SettingsReply = ReplyOf<"GET /api/settings">;

/** Stores what is given; rejects with the server's reason. */
export async function saveSettings(json: {
  language?: PageLanguage;
  theme?: Theme;
  ollama_address?: string | null;
  hugging_face_token?: string | null;
  auto_resume?: boolean;
}): Promise<void> {
  const reply = await api.request("PATCH /api/settings", { json });
  queryClient.setQueryData(queries.settings().queryKey, reply);
  void queryClient.invalidateQueries({ queryKey: ["ollama"] });
}
