import { useNavigate, useSearch } from "@tanstack/react-router";

/** What of this screen stands in the address, so that back and reload bring it again. */
export interface ExamplesAddress {
  tab?: string;
  row?: number;
}

export function useAddress(): [ExamplesAddress, (change: ExamplesAddress) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const { tab, row } = search;
  const address: ExamplesAddress = {
    ...(typeof tab === "string" ? { tab } : {}),
    ...(typeof row === "number" ? { row } : {}),
  };
  const change = (values: ExamplesAddress): void => {
    const next = { ...address, ...values };
    // A row is looked at in passing; a tab is a place to come back to.
    const replace = values.tab === undefined || values.tab === address.tab;
    void navigate({ to: ".", search: next as never, replace, resetScroll: false });
  };
  return [address, change];
}
