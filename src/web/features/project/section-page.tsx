import { useParams } from "@tanstack/react-router";
import { Suspense, lazy } from "react";
import { NotFound } from "../../shell/not-found.tsx";

/** The four steps of a project, each a chunk of its own. */
const sections = {
  examples: lazy(async () => ({
    default: (await import("../examples/examples-page.tsx")).ExamplesPage,
  })),
  model: lazy(async () => ({ default: (await import("../model/model-page.tsx")).ModelPage })),
  training: lazy(async () => ({
    default: (await import("../training/training-page.tsx")).TrainingPage,
  })),
  result: lazy(async () => ({ default: (await import("../result/result-page.tsx")).ResultPage })),
};

export function SectionPage() {
  const { project, section } = useParams({ from: "/projects/$project/$section" });
  const Section = Object.hasOwn(sections, section)
    ? sections[section as keyof typeof sections]
    : undefined;
  if (!Section) return <NotFound />;
  return (
    <Suspense fallback={null}>
      <Section key={project} project={project} />
    </Suspense>
  );
}
