/** A model's short name: a folder's or hub id's last part. The whole of it belongs into a title. */
export const modelName = (model: string): string => model.split(/[\\/]/).findLast(Boolean) ?? model;
