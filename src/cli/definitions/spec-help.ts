export const specHelp = `
A spec file names a project and everything about it; paths are relative to the file:

  name: Shop answers
  model: starter            # or a folder, or a hub id
  data: [my-examples.jsonl]
  check: my-check.jsonl     # optional; else rows are held out by a seeded split
  preset: balanced          # optional
  target_name: shop         # optional; the name in Ollama
  training_config: { num_train_epochs: 3 }
  lora_config: { r: 64, use_rslora: true }
  quantization_config: { output_quantization: q4_k_m }
  modelfile_config: { temperature: 0.7 }

Training it again updates the project of that name. What the file names becomes exactly as it says
(a section's other keys go back to their defaults); what it does not name stays.
Ctrl-C leaves the run going on.`;
