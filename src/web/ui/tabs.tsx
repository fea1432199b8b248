import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

export interface Tab {
  value: string;
  label: string;
  count?: string | undefined;
  content: ReactNode;
}

/** Tabs with an optional count behind each name. */
export function Tabs(props: {
  tabs: readonly Tab[];
  value: string;
  onChange: (value: string) => void;
  end?: ReactNode;
}) {
  return (
    <Base.Root
      className="tabs-root"
      value={props.value}
      onValueChange={(value) => props.onChange(String(value))}
    >
      <div className="tabs">
        <Base.List>
          {props.tabs.map((tab) => (
            <Base.Tab key={tab.value} value={tab.value}>
              {tab.label} {tab.count !== undefined && <span className="n">{tab.count}</span>}
            </Base.Tab>
          ))}
        </Base.List>
        {props.end && <div className="end row">{props.end}</div>}
      </div>
      {props.tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="tab-panel">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
