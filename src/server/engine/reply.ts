import type { z } from "@hono/zod-openapi";
import type { deviceReply, engineReply, systemReply } from "#contract/routes/system.ts";
import type { DoctorReport } from "#core/engine/doctor.ts";

type EngineState = DoctorReport["engine"];

export const engineBody = (
  engine: EngineState,
  installJob: string | null,
): z.infer<typeof engineReply> => ({
  state: engine.state,
  id: engine.id,
  folder: engine.folder,
  installed_at: engine.stamp?.createdAt ?? null,
  versions: engine.stamp?.versions ?? {},
  gone: engine.gone ?? null,
  others: engine.others,
  install_job: installJob,
});

const deviceBody = ({
  memoryBytes,
  freeBytes,
  ...rest
}: DoctorReport["device"]): z.infer<typeof deviceReply> => ({
  ...rest,
  memory_bytes: memoryBytes,
  free_bytes: freeBytes,
});

/** The doctor's report as the API says it. */
export function systemBody(
  report: DoctorReport,
  home: string,
  installJob: string | null,
): z.infer<typeof systemReply> {
  const { tunesmith, node, system, processor, memory, disk, trains, problems, notes } = report;
  return {
    version: tunesmith,
    home,
    node,
    system,
    processor,
    memory: { total_bytes: memory.totalBytes, free_bytes: memory.freeBytes },
    disk: { folder: disk.folder, free_bytes: disk.freeBytes, needed_bytes: disk.neededBytes },
    python: report.python ?? null,
    git: report.git ?? null,
    engine: engineBody(report.engine, installJob),
    device: deviceBody(report.device),
    trains: {
      lora: trains.lora,
      qlora: trains.qlora ?? null,
      weight_bytes: trains.weightBytes,
      limited_by: trains.limitedBy,
    },
    ollama: report.ollama ?? null,
    problems,
    notes,
  };
}
