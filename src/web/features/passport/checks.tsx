import { useTranslation } from "react-i18next";
import type { PassportCheck } from "#contract/passport.ts";
import { Table } from "../../ui/table.tsx";
import { shortHash } from "./short-hash.ts";

/** What is not as a passport says, value against value. */
export function Checks({ checks, label }: { checks: readonly PassportCheck[]; label: string }) {
  const { t } = useTranslation("passport");
  if (checks.length === 0) return null;
  return (
    <div className="mt-2">
      <Table label={label} columns={[t("what"), t("inPassport"), t("now")]}>
        {checks.map(({ kind, name, expected, found, state }) => (
          <tr key={`${kind}/${name}`}>
            <td>
              <span className="mono sm">{name}</span>{" "}
              <span className="muted sm">{t(`kind_${kind}`)}</span>
            </td>
            <td className="mono sm">{expected === null ? "–" : shortHash(expected)}</td>
            <td className="mono sm">
              {state === "missing" || found === null ? t("missing") : shortHash(found)}
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
