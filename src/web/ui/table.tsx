import type { ReactNode } from "react";

/** A column's name, with numbers at its end, or heard alone. */
type Column = string | { name: string; numbers?: true; unseen?: true };

/** A table with its heads, which scrolls by itself where it is too wide; `children` are its rows. */
export function Table(props: {
  label: string;
  columns: readonly Column[];
  className?: string;
  children: ReactNode;
}) {
  const { label, className } = props;
  const heads = props.columns.map((one) => (typeof one === "string" ? { name: one } : one));
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table className={className ? `table ${className}` : "table"}>
        <thead>
          <tr>
            {heads.map(({ name, numbers, unseen }) => (
              <th key={name} scope="col" className={numbers ? "num-r" : undefined}>
                {unseen ? <span className="vh">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
