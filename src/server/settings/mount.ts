import type { OpenAPIHono, z } from "@hono/zod-openapi";
import * as routes from "#contract/routes/settings.ts";
import { readSecrets, readSettings, updateSettings } from "#core/settings.ts";
import type { ServerContext } from "../context.ts";
import { given } from "../given.ts";

export function mountSettings(app: OpenAPIHono, { workspace: ws, hub }: ServerContext): void {
  const reply = async (): Promise<z.infer<typeof routes.settingsReply>> => {
    const { language, theme, ollamaAddress, autoResume, diskReserveBytes } = await readSettings(ws);
    const { huggingFaceToken } = await readSecrets(ws);
    return {
      language,
      theme,
      ollama_address: ollamaAddress,
      hugging_face_token_set: huggingFaceToken !== null,
      auto_resume: autoResume,
      disk_reserve_bytes: diskReserveBytes,
    };
  };

  app.openapi(routes.readSettings, async (c) => c.json(await reply(), 200));

  app.openapi(routes.updateSettings, async (c) => {
    const {
      ollama_address: ollamaAddress,
      hugging_face_token: huggingFaceToken,
      auto_resume: autoResume,
      disk_reserve_bytes: diskReserveBytes,
      ...rest
    } = c.req.valid("json");
    await updateSettings(
      ws,
      given({ ...rest, ollamaAddress, huggingFaceToken, autoResume, diskReserveBytes }),
    );
    hub.publish({ type: "settings.changed" });
    return c.json(await reply(), 200);
  });
}
