/** What is said of rows with tools in Ollama, and why one comes out otherwise there. English. */
export const toolProofEn = {
  tools_all_equal:
    "{equal} of {total} rows with tools are read by Ollama exactly as in training. {rows|row of this run uses|rows of this run use} tools.",
  tools_some_differ:
    "{equal} of {total} rows with tools are read by Ollama exactly as in training; {differing|differs|differ}. What differs is not proven. {rows|row of this run uses|rows of this run use} tools.",
  tools_not_asked:
    "{rows|row uses|rows use} tools. Ollama was not asked for them, so nothing is proven of them.",
  tool_fields_left_out: "Ollama leaves out {fields}.",
  tool_fields_reordered: "Ollama writes the fields in another order.",
  tool_fields_rewritten:
    "Ollama writes fields that are missing, empty or a list of one in a form of its own.",
  tool_arguments_reordered: "Ollama sorts the fields of objects inside a call's arguments by name.",
  tool_refused: "Ollama refuses: {detail}",
  tool_cause_unknown: "The definitions and calls are in Ollama's form, and yet the prompt differs.",
} as const;
