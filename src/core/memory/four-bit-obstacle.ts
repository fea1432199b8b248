import type { DeviceReply } from "../resolve/facts.ts";

/** Why weights cannot be loaded in 4 bits on a device, or null where they can. */
export const fourBitObstacle = ({
  type,
  fourBitObstacle: obstacle = null,
}: Pick<DeviceReply, "type" | "fourBitObstacle">): string | null =>
  type === "mps" ? "bitsandbytes has no kernels for this GPU" : obstacle;
