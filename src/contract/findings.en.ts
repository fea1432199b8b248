/** What the doctor finds in the examples: what is wrong, what it does to a model. English. */
export const findingSentencesEn = {
  placeholder_answer:
    "{rows|row has|rows have} an empty answer or a placeholder. Empty ones are left out as they are; a placeholder would teach the model to answer nothing.",
  refusal:
    "{rows|answer refuses|answers refuse} to help. A model soon learns to refuse everything.",
  exact_duplicate:
    "{rows|row repeats|rows repeat} an earlier one word for word. What stands twice is learned twice as strongly.",
  near_duplicate: "{rows|row differs|rows differ} from an earlier one by a few words only.",
  check_overlap:
    "{rows|training row is|training rows are} the same or nearly the same as a row of the check files. The result would look better than it is.",
  conflicting_answers:
    "{questions|question has|questions have} different answers, in {rows|row|rows}. The model learns to guess between them.",
  role_order:
    "{rows|conversation has|conversations have} turns in an order that no chat has, or roles that are unknown.",
  no_end_token:
    "The chat template of {model} closes an answer with no stop token. A model trained with it may never stop.",
  cut_off_answer:
    "{rows|answer ends|answers end} in the middle of a sentence. The model learns to break off, too.",
  special_token:
    "{rows|row contains|rows contain} text that a model reads as a control token, such as {token}. It would end or turn the conversation.",
  thinking_in_some:
    "{rows} of {all} rows differ in whether they think aloud before the answer. Choose one way for all.",
  tools_in_some:
    "{rows} of {all} answers hold the trace of a tool call in their text. Choose one way for all.",
  tool_definitions_differ:
    "{rows|row has|rows have} tools written otherwise than Ollama writes them: {ways}. In Ollama the model would read other tokens than it was trained on. Nothing is lost by writing them as Ollama does.",
  tool_fields_unread:
    "{rows|row has|rows have} tools with fields that Ollama leaves out: {fields}. In Ollama the model would read other tokens than it was trained on. Writing the tools as Ollama does drops these fields.",
  tool_definitions_refused:
    "{rows|row has|rows have} tool definitions that Ollama answers with an error, because of: {fields}. They train, but can never be asked for in Ollama.",
  tools_not_in_template:
    "{rows|row uses|rows use} tools, but the chat template of {model} leaves them out. Such rows are left out of training, for they would teach something else than they say.",
  other_language:
    "{rows|row answers|rows answer} in another language than the rest, or than the question: {languages}. Judged by the beginning of every answer.",
  mixed_languages: "The answers are in several languages: {languages}.",
  costly_language:
    "{language} costs {ratio} times as many tokens per character as {cheapest} with this model: it trains and answers that much slower, and less of it fits. Measured on a sample of {sample|row|rows}.",
  too_long: "{rows|row is|rows are} longer than max_length ({limit} tokens) and left out.",
  too_long_shortened:
    "{rows|row is|rows are} longer than max_length ({limit} tokens) and shortened: their oldest turns go first, then the start of the prompt.",
  too_long_shortened_sampled:
    "At least {rows|row is|rows are} longer than max_length ({limit} tokens) and shortened: their oldest turns go first, then the start of the prompt. Only {counted} of {all} rows were counted for this, the longest and a sample; {over} of the {sample} rows of the sample are that long, which makes about {about} in all.",
  too_long_sampled:
    "At least {rows|row is|rows are} longer than max_length ({limit} tokens) and left out. Only {counted} of {all} rows were counted for this, the longest and a sample; {over} of the {sample} rows of the sample are that long, which makes about {about} in all. The account of the rows has the exact number.",
  beyond_context:
    "{rows|row is|rows are} longer than num_ctx ({limit} tokens). In Ollama the model would see only a part of such a conversation.",
  beyond_context_sampled:
    "At least {rows|row is|rows are} longer than num_ctx ({limit} tokens). In Ollama the model would see only a part of such a conversation. Only {counted} of {all} rows were counted for this, the longest and a sample; {over} of the {sample} rows of the sample are that long, which makes about {about} in all.",
  num_ctx_below_max_length:
    "num_ctx ({context}) is below max_length ({length}): rows are learned that are longer than what Ollama lets the model see.",
  stop_in_answer:
    "{rows|answer contains|answers contain} the stop text “{stop}”. Ollama would break them off there.",
  personal_data:
    "{rows|row contains|rows contain} personal data: {kinds}. A model can repeat it to anyone.",
  secret:
    "{rows|row contains|rows contain} what looks like keys or passwords. A model can repeat them to anyone.",
  too_few_rows: "{rows|row is|rows are} few: from about {advised} on, results become dependable.",
  copied_answer:
    "{rows|answer is|answers are} mostly copied from the question. They teach the model to repeat what it is asked.",
} as const;

/** What a fix does, as it stands on its button. */
export const fixLabelsEn = {
  leave_out: "Leave these rows out",
  keep_first: "Keep the first of each",
  remove_tokens: "Remove the control tokens",
  remove_traces: "Remove what is thought aloud",
  mask: "Mask it",
  cut_at_stop: "Remove the stop text",
  merge_turns: "Join turns of the same role",
  write_tools: "Write the tools as Ollama does",
} as const;
