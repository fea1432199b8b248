import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "../ui/empty.tsx";

export function NotFound() {
  const { t } = useTranslation("shell");
  return (
    <div className="page page-scroll mt-6">
      <Empty
        title={t("notFoundTitle")}
        actions={
          <Link className="btn btn-primary" to="/">
            {t("toProjects")}
          </Link>
        }
      >
        {t("notFoundBody")}
      </Empty>
    </div>
  );
}
