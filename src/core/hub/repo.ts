import { AppError } from "#contract/errors.ts";

export type RepoType = "model" | "dataset";

/** A repository of the hub. */
export interface Repo {
  readonly type: RepoType;
  /** `owner/name` */
  readonly id: string;
}

/** What huggingface_hub's validate_repo_id allows, of which the owner is asked for here. */
const idPattern = /^(?![-.])[\w.-]+(?<![-.])\/(?![-.])[\w.-]+(?<![-.])$/;

/** Whether a text has the form of a name on the hub. Says nothing about whether it is there. */
export function isRepoId(text: string): boolean {
  return (
    idPattern.test(text) && text.length <= 96 && !/--|\.\./.test(text) && !text.endsWith(".git")
  );
}

/** Errors: hub_id_invalid. */
export function parseRepo(type: RepoType, text: string): Repo {
  const id = text.trim();
  if (!isRepoId(id)) throw new AppError("hub_id_invalid", { id });
  return { type, id };
}

/** The name of a repository's folder in the shared cache, and of all that belongs to it here. */
export const repoFolderName = ({ type, id }: Repo): string =>
  `${type}s--${id.replaceAll("/", "--")}`;

/** Where the hub's API speaks of a repository. */
export const apiPath = ({ type, id }: Repo): string => `/api/${type}s/${id}`;

/** The page of a repository, where its terms are accepted; without the host. */
export const pagePath = ({ type, id }: Repo): string =>
  type === "model" ? `/${id}` : `/${type}s/${id}`;
