import { examineMachine, type DoctorReport } from "#core/engine/doctor.ts";
import { parameterCount } from "#core/engine/trainable-sizes.ts";
import { openContext, type CommonOptions, type Context } from "#cli/context.ts";
import { installEngineVisibly } from "#cli/engine-install.ts";
import { exitCodes } from "#cli/exit-codes.ts";
import { bytes } from "#cli/output/format.ts";
import { bodySentence } from "#contract/body-sentence.ts";

/**
 * `tunesmith doctor`: what the machine has, what it can train, what is in the way and what mends
 * it. Its exit code says whether the training engine is ready; Ollama is no condition.
 */
export async function doctor(options: CommonOptions & { repair?: boolean }): Promise<number> {
  const context = await openContext(options);
  const { terminal, workspace } = context;
  if (options.repair && !(await installEngineVisibly(terminal, workspace.home, { repair: true }))) {
    return exitCodes.cancelled;
  }
  const report = await examineMachine(workspace.home, { ollama: await ollamaSetting(context) });
  terminal.data(report);
  if (!terminal.json) printReport(context, report);
  return report.engine.state === "ready" ? exitCodes.ok : exitCodes.engine;
}

async function ollamaSetting({ workspace }: Context): Promise<string | null> {
  const { readSettings } = await import("#core/settings.ts");
  return (await readSettings(workspace)).ollamaAddress;
}

function printReport({ terminal, workspace }: Context, report: DoctorReport): void {
  const { style } = terminal;
  const { device, disk, engine, memory, ollama, processor, python, system, trains } = report;
  const line = (name: string, text: string) => terminal.say(`${name.padEnd(11)} ${text}`);
  line("Tunesmith", `${report.tunesmith}, workspace ${workspace.home}`);
  line("System", `${system.platform}, ${system.name} ${system.release}`);
  line("Node", `${report.node.version} (${report.node.executable})`);
  line("Python", python ? `${python.version} (${python.executable})` : "none found");
  line("Git", report.git ?? "none found");
  line("Processor", `${processor.name}, ${processor.cores} cores`);
  line("Memory", `${bytes(memory.totalBytes)}, ${bytes(memory.freeBytes)} free`);
  const needed = disk.neededBytes > 0 ? `, ${bytes(disk.neededBytes)} needed` : "";
  line("Disk", `${bytes(disk.freeBytes)} free${needed} (${disk.folder})`);
  const versions = Object.entries(engine.stamp?.versions ?? {});
  const what = versions.map(([name, version]) => `${name} ${version}`).join(", ");
  line("Engine", what === "" ? engine.state : `${engine.state}: ${what}`);
  line("Trains on", `${device.name} (${device.type}; ${device.reason})`);
  const sizes = [
    `LoRA up to ${parameterCount(trains.lora)} parameters`,
    ...(trains.qlora === undefined ? [] : [`QLoRA up to ${parameterCount(trains.qlora)}`]),
  ];
  line("Can train", sizes.join(", "));
  line("Ollama", ollama ? `${ollama.version} at ${ollama.address}` : "not running");
  terminal.say();
  for (const note of report.notes) terminal.say(`${style("dim", "•")} ${note.message}`);
  for (const problem of report.problems) {
    terminal.say(`${style("yellow", "!")} ${bodySentence(problem, terminal.language)}`);
  }
}
