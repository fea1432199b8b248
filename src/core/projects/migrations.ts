import type { Migration } from "../files/migrate.ts";

/** The version that this Tunesmith writes. */
export const projectVersion = 1;

/** Steps of project.json from older versions. Each has a fixture `fixtures/project-v<from>.json`. */
export const projectMigrations: readonly Migration[] = [];
