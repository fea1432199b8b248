import { AppError } from "#contract/errors.ts";
import type { ErrorBody } from "#contract/errors.ts";

/** What the trainer says of a row, in the ledger's words: with file and line instead of an id. */
export function rowError(id: string, { code, params, message }: ErrorBody): ErrorBody {
  const colon = id.lastIndexOf(":");
  const place = { file: id.slice(0, colon), line: Number(id.slice(colon + 1)) };
  const detail = String(params["detail"] ?? message);
  switch (code) {
    case "row_control_token":
      return new AppError(code, { ...place, token: String(params["token"]) }).toBody();
    case "row_tools_dropped":
      return new AppError("row_tools_lost", { ...place, name: String(params["name"]) }).toBody();
    case "row_answer_too_long": {
      const [tokens, limit] = [Number(params["tokens"]), Number(params["max_length"])];
      return new AppError(code, { ...place, tokens, limit }).toBody();
    }
    case "row_no_answer":
      return new AppError(code, place).toBody();
    case "row_not_learnable":
      return new AppError(code, { ...place, detail }).toBody();
    default:
      return new AppError("row_template", { ...place, detail }).toBody();
  }
}
