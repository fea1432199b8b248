import { useRef, useState } from "react";
import type { ParameterValue, Section } from "#contract/parameters/types.ts";
import type { ProjectReply } from "#contract/routes/projects.ts";
import { api, sentenceOf } from "../../app/api.ts";
import { queries, queryClient } from "../../app/queries.ts";

export type SaveState = { kind: "idle" } | { kind: "saved"; at: string };

/** Saves single values as they are changed; a refusal belongs to its field and changes nothing. */
export function useSettings(project: string) {
  const [saved, setSaved] = useState<SaveState>({ kind: "idle" });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const last = useRef(Promise.resolve());
  const done = (reply: ProjectReply) => {
    queryClient.setQueryData(queries.project(project).queryKey, reply);
    void queryClient.invalidateQueries({ queryKey: queries.plan(project).queryKey });
    setSaved({ kind: "saved", at: new Date().toISOString() });
  };

  /** One after the other: of two changes of a value the later one must arrive last. */
  function save(section: Section, key: string, value: ParameterValue | null): Promise<void> {
    last.current = last.current.then(() => saveNow(section, key, value));
    return last.current;
  }

  async function saveNow(
    section: Section,
    key: string,
    value: ParameterValue | null,
  ): Promise<void> {
    const field = `${section}.${key}`;
    try {
      done(
        await api.request("PATCH /api/projects/{project}", {
          params: { project },
          json: { [section]: { [key]: value } },
        }),
      );
      setErrors(({ [field]: _gone, ...rest }) => rest);
    } catch (error) {
      setErrors((before) => ({ ...before, [field]: sentenceOf(error).message }));
    }
  }

  async function reset(section: Section): Promise<void> {
    const params = { project };
    done(await api.request("POST /api/projects/{project}/reset", { params, json: { section } }));
    setErrors((before) =>
      Object.fromEntries(Object.entries(before).filter(([key]) => !key.startsWith(`${section}.`))),
    );
  }

  async function applyPreset(preset: string): Promise<void> {
    const params = { project };
    done(await api.request("POST /api/projects/{project}/preset", { params, json: { preset } }));
    setErrors({});
  }

  return { saved, errors, save, reset, applyPreset, done };
}
export type Settings = ReturnType<typeof useSettings>;
