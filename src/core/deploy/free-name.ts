import { AppError } from "#contract/errors.ts";
import { readSettings } from "#core/settings.ts";
import { checkTarget } from "./target.ts";

/**
 * The name itself where no model in Ollama has it, else a free one with a tag (`:v2`). Where no
 * Ollama can be asked, the name stays. Errors: file_*.
 */
export async function freeName(home: string, name: string): Promise<string> {
  const { ollamaAddress } = await readSettings({ home });
  try {
    await checkTarget({ home, name, setting: ollamaAddress });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "ollama_name_taken") return String(error.params["proposal"]);
  }
  return name;
}
