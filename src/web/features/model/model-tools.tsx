import { useTranslation } from "react-i18next";
import type { Model } from "#contract/routes/models.ts";
import { SearchField } from "../../ui/search-field.tsx";
import { Select } from "../../ui/select.tsx";
import { valuesOf, type Filters } from "./filters.ts";
import { languageName } from "./language-names.ts";

/** Filters of the list; the hub is asked only when the form is sent. */
export function ModelTools(props: {
  models: readonly Model[];
  filters: Filters;
  offline: boolean;
  onChange: (filters: Filters) => void;
  onSearch: (query: string) => void;
}) {
  const { t, i18n } = useTranslation("model");
  const { models, filters, offline, onChange } = props;
  const any = (label: string) => ({ value: "", label });
  const licences = valuesOf(models, ({ licence }) => (licence === null ? [] : [licence]));
  const languages = valuesOf(models, (model) => model.languages)
    .map((value) => ({ value, label: languageName(value, i18n.language) }))
    .sort((a, b) => a.label.localeCompare(b.label, i18n.language));
  return (
    <form
      className="mtools"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSearch(filters.text.trim());
      }}
    >
      <SearchField
        label={t("search")}
        value={filters.text}
        onChange={(text) => onChange({ ...filters, text })}
      />
      <button type="submit" className="btn" disabled={offline || filters.text.trim() === ""}>
        {t("searchHub")}
      </button>
      <label className="row nowrap">
        <input
          type="checkbox"
          role="switch"
          className="switch"
          checked={filters.fitting}
          onChange={(event) => onChange({ ...filters, fitting: event.target.checked })}
        />
        {t("onlyFitting")}
      </label>
      <Select
        label={t("licence")}
        value={filters.licence}
        options={[any(t("anyLicence")), ...licences.map((value) => ({ value, label: value }))]}
        onChange={(licence) => onChange({ ...filters, licence })}
      />
      <Select
        label={t("language")}
        value={filters.language}
        options={[any(t("anyLanguage")), ...languages]}
        onChange={(language) => onChange({ ...filters, language })}
      />
    </form>
  );
}
