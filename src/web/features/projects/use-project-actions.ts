import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, sentenceOf } from "../../app/api.ts";
import { queryClient } from "../../app/queries.ts";
import { handOver } from "./handed-over.ts";
import { say } from "../../ui/toast.tsx";
import type { ProjectCardData } from "./project-card.tsx";

/** What can be done with whole projects. Faults that have no field of their own become toasts. */
export function useProjectActions() {
  const { t } = useTranslation(["projects", "common"]);
  const navigate = useNavigate();
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["projects"] });
  const open = (project: string) =>
    navigate({ to: "/projects/$project/$section", params: { project, section: "examples" } });
  const orSay = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      say(sentenceOf(error).message);
    }
  };

  async function create(name: string): Promise<void> {
    const project = await api.request("POST /api/projects", { json: { name } });
    await refresh();
    await open(project.slug);
  }

  const createFromFiles = (files: File[]) =>
    orSay(async () => {
      const name = files[0]?.name.replace(/\.[^.]+$/, "") ?? t("new");
      const project = await api.request("POST /api/projects", { json: { name } });
      // Its page uploads them, where progress and refusals are seen.
      handOver(project.slug, files);
      await refresh();
      await open(project.slug);
    });

  async function rename(project: ProjectCardData, name: string): Promise<void> {
    await api.request("PATCH /api/projects/{project}", {
      params: { project: project.slug },
      json: { name },
    });
    await refresh();
  }

  const duplicate = (project: ProjectCardData) =>
    orSay(async () => {
      await api.request("POST /api/projects/{project}/duplicate", {
        params: { project: project.slug },
        json: {},
      });
      await refresh();
    });

  const remove = (project: ProjectCardData) =>
    orSay(async () => {
      const { trash_id: trash } = await api.request("DELETE /api/projects/{project}", {
        params: { project: project.slug },
      });
      await refresh();
      const restore = () =>
        orSay(async () => {
          await api.request("POST /api/trash/{trash}/restore", { params: { trash } });
          await refresh();
        });
      say(t("deleted", { name: project.name }), {
        label: t("common:undo"),
        run: () => void restore(),
      });
    });

  return { create, createFromFiles, rename, duplicate, remove };
}
