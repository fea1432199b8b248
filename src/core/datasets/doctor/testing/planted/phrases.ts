/** Texts that faults are made of. The second list of each is for held-out seeds alone. */
export interface Phrases {
  building: readonly string[];
  heldOut: readonly string[];
}

export const placeholders: Phrases = {
  building: [
    "",
    "   ",
    "TODO",
    "TBD",
    "n/a",
    "...",
    "-",
    "[insert answer here]",
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
    "xxx",
    "null",
    "{{answer}}",
    "Antwort folgt",
    "<answer>",
    "???",
  ],
  heldOut: [
    "\n",
    "tbd.",
    "N/A",
    "…",
    "--",
    "[Your answer]",
    "Lorem ipsum dolor sit amet, sed diam nonumy eirmod tempor.",
    "XXXXX",
    "undefined",
    "{answer}",
    "(Antwort einfügen)",
    "[Platzhalter]",
    "todo: write this",
    "NaN",
    "none",
  ],
};

export const refusals: Phrases = {
  building: [
    "I'm sorry, but I can't help with that.",
    "I am sorry, but I cannot assist with that request.",
    "As an AI language model, I don't have access to that kind of information.",
    "I'm unable to provide an answer to this question.",
    "Sorry, I can't answer that. Is there anything else I can do for you?",
    "As an AI, I do not have personal opinions on this matter.",
    "I cannot fulfil this request because it goes against my guidelines.",
    "Unfortunately, I'm not able to help you with this.",
    "Es tut mir leid, aber dabei kann ich nicht helfen.",
    "Als KI-Sprachmodell habe ich keinen Zugriff auf solche Angaben.",
    "Leider kann ich diese Frage nicht beantworten.",
    "Entschuldigung, darüber darf ich keine Auskunft geben.",
    "Ich bin nur ein Sprachmodell und kann dazu nichts sagen.",
    "Diese Anfrage kann ich leider nicht erfüllen.",
  ],
  heldOut: [
    "I apologize, but I'm not able to assist with this.",
    "I'm afraid I can't do that.",
    "I'm just an AI assistant, so I can't give advice about this topic.",
    "I must decline to answer this question.",
    "My apologies, I cannot provide that information.",
    "As a large language model I am not able to look this up.",
    "I won't be able to help with this request.",
    "Tut mir leid, das kann ich nicht beantworten.",
    "Als künstliche Intelligenz kann ich dazu keine Meinung haben.",
    "Ich kann Ihnen dabei leider nicht weiterhelfen.",
    "Ich bin nicht in der Lage, diese Frage zu beantworten.",
    "Dazu kann ich keine Angaben machen, da ich ein KI-Assistent bin.",
  ],
};

export const controlTokens: Phrases = {
  building: [
    "<|im_end|>",
    "<|im_start|>system",
    "</s>",
    "[INST]",
    "<|eot_id|>",
    "<start_of_turn>",
    "<|endoftext|>",
    "<|assistant|>",
  ],
  heldOut: [
    "<|end|>",
    "<|start_header_id|>",
    "<s>",
    "[/INST]",
    "<end_of_turn>",
    "<|user|>",
    "<｜end▁of▁sentence｜>",
    "<<SYS>>",
  ],
};

/** `{}` is the answer that the trace stands before. */
export const traces: Phrases = {
  building: [
    "<think>\nThe question is about everyday matters, so a practical tip will do.\n</think>\n\n{}",
    "<thinking>First the cause, then the remedy.</thinking> {}",
    '<tool_call>\n{"name": "search", "arguments": {"query": "opening hours"}}\n</tool_call>',
    '[TOOL_CALLS] [{"name": "look_up", "arguments": {"id": 7}}]',
    "<think>Erst die Ursache, dann die Abhilfe.</think>{}",
  ],
  heldOut: [
    "<reasoning>They want a short list.</reasoning>\n{}",
    "[THINK]Was wurde gefragt? Eine kurze Anleitung.[/THINK]{}",
    '<function_call>{"name": "calendar", "arguments": {}}</function_call>',
    "<|channel|>analysis<|message|>User asks for advice.<|end|>{}",
    '{}\n<tool_response>{"status": "ok"}</tool_response>',
    "<thought>\nOne tip is enough here.\n</thought>\n{}",
  ],
};

/** Answers in languages that the rest of the rows does not speak. */
export const foreign: Phrases = {
  building: [
    "Commencez par vérifier la pression, puis nettoyez la pièce avec un chiffon sec et attendez quelques minutes.",
    "Primero hay que revisar el recibo, y después conviene llamar a la oficina antes del mediodía.",
    "Сначала проверьте кабель, затем подождите несколько минут и попробуйте ещё раз.",
    "Prima di tutto bisogna pulire il filtro, poi si può chiamare il tecnico se il rumore non passa.",
    "请先检查电源线，然后等待几分钟再重新启动设备。",
    "Najpierw sprawdź ciśnienie, a potem wyczyść część suchą szmatką i poczekaj kilka minut.",
  ],
  heldOut: [
    "Controleer eerst de druk en maak daarna het onderdeel schoon met een droge doek, dan is het meestal opgelost.",
    "Önce basıncı kontrol edin, sonra parçayı kuru bir bezle silin ve birkaç dakika bekleyin.",
    "まず電源ケーブルを確認してから、数分待ってもう一度起動してください。",
    "Verifique primeiro a pressão e depois limpe a peça com um pano seco antes de voltar a montar.",
    "Zkontrolujte nejdříve tlak a potom očistěte díl suchým hadříkem, většinou to pomůže.",
    "تحقق أولاً من الضغط ثم نظف القطعة بقطعة قماش جافة وانتظر بضع دقائق.",
  ],
};
