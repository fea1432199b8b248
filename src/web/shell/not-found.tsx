import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PageHead } from "./app-shell.tsx";

export function NotFound() {
  const { t } = useTranslation("shell");
  return (
    <PageHead
      title={t("notFoundTitle")}
      actions={
        <Link className="btn btn-primary" to="/">
          {t("toProjects")}
        </Link>
      }
    >
      {t("notFoundBody")}
    </PageHead>
  );
}
