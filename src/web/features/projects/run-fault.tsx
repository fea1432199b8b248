import { useTranslation } from "react-i18next";
import { bodySentence } from "#contract/body-sentence.ts";
import type { ErrorBody } from "#contract/errors.ts";
import type { PageLanguage } from "../../i18n/index.ts";

/** Why a run failed, in the page's language. The sentences of all errors come along with it. */
export function RunFault({ error }: { error: ErrorBody }) {
  const { i18n } = useTranslation();
  return <p className="sm soft">{bodySentence(error, i18n.language as PageLanguage)}</p>;
}
