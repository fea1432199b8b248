export const model = {
  title: "Model",
  lead: "The open model that learns from your examples. Only models in safe formats (safetensors) are used.",
  next: "Next: training",
  starter: "Tunesmith starter",
  starterAbout:
    "Comes with the app, 3.7 million parameters. For trying things out, offline, in seconds.",
  chosen: "Chosen for this project",
  choose: "Choose",
  folder: "From a folder",
  folderAbout:
    "A folder on this computer with config.json, tokenizer.json and *.safetensors, such as a download from a hub.",
  folderLabel: "Folder",
  use: "Use this folder",
  thisComputer: "This computer",
  memory: "{{free}} of {{total}} memory free",
  disk: "{{free}} disk free",
  trains: "Trains up to {{lora}} parameters (LoRA)",
  parameters: "{{count}} parameters",
  architecture: "Architecture",
  locked: "A run of this project is going on; the model can be changed when it has ended.",
  checked: "Read and found fit for training",
} as const;
