import type { ColumnRole, Columns, RowForm } from "#contract/data-format.ts";

/*
 * Names that columns carry in data sets as people have them, best first; compared in lower case
 * without spaces, dashes and underscores.
 */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const names: Record<ColumnRole, readonly string[]> = {
  messages: words("messages conversations conversation dialogue dialog turns chat"),
  tools: words("tools functions"),
  system: words("system systemprompt systemmessage systemnachricht systemanweisung"),
  question: words(`
    instruction prompt question questions query frage fragen q user human usermessage userprompt
    anweisung anfrage aufgabe benutzer pregunta domanda pergunta vraag pytanie otázka kérdés întrebare
    fråga spørgsmål spørsmål kysymys soru вопрос питання ερώτηση 问题 問題 質問 질문 سؤال السؤال שאלה
    प्रश्न câuhỏi pertanyaan input`),
  input: words("input context kontext eingabe passage"),
  answer: words(`
    output completion response answer answers antwort antworten reply a assistant bot gpt
    assistantmessage ausgabe erwiderung lösung respuesta risposta resposta réponse reponse antwoord
    odpowiedź odpověď válasz răspuns svar vastaus cevap ответ відповідь απάντηση 答案 回答 答え 답변 대답
    جواب إجابة الإجابة תשובה उत्तर trảlời câutrảlời jawaban target solution`),
  text: words("text document dokument"),
  split: words("split set subset"),
};

const pairs: readonly [question: string, answer: string, form: RowForm][] = [
  ["prompt", "completion", "prompt_completion"],
  ["instruction", "output", "alpaca"],
];

const roleOf = new Map<string, { role: ColumnRole; rank: number }[]>();
for (const [role, list] of Object.entries(names) as [ColumnRole, readonly string[]][]) {
  for (const [rank, name] of list.entries()) {
    roleOf.set(name, [...(roleOf.get(name) ?? []), { role, rank }]);
  }
}

/** The parts that columns play by their names, and the form that this makes. */
export interface FoundColumns {
  columns: Columns;
  form: RowForm | null;
}

/** Which part each of these columns plays; parts that no name tells are absent. */
export function findColumns(keys: readonly string[]): FoundColumns {
  const best: Partial<Record<ColumnRole, { key: string; rank: number }>> = {};
  const byName = new Map<string, string>();
  for (const key of keys) {
    const name = bareName(key);
    if (!byName.has(name)) byName.set(name, key);
    for (const { role, rank } of roleOf.get(name) ?? []) {
      if (rank < (best[role]?.rank ?? Infinity)) best[role] = { key, rank };
    }
  }
  const key = (role: ColumnRole): string | undefined => best[role]?.key;
  const pick = (...roles: ColumnRole[]): Columns => {
    const entries = roles.flatMap((role) => (key(role) === undefined ? [] : [[role, key(role)]]));
    return Object.fromEntries(entries) as Columns;
  };
  if (key("messages") !== undefined) {
    const form = bareName(key("messages") ?? "") === "messages" ? "messages" : "sharegpt";
    return { columns: pick("messages", "tools", "system", "split"), form };
  }
  for (const [question, answer, form] of pairs) {
    const [asked, told] = [byName.get(question), byName.get(answer)];
    if (asked === undefined || told === undefined) continue;
    return {
      columns: { ...pick("input", "system", "tools", "split"), question: asked, answer: told },
      form,
    };
  }
  if (key("question") !== undefined || key("answer") !== undefined) {
    const columns = pick("question", "answer", "input", "system", "tools", "split");
    if (columns.input === columns.question) delete columns.input;
    const whole = columns.question !== undefined && columns.answer !== undefined;
    return { columns, form: whole ? formOf(columns) : null };
  }
  if (key("text") !== undefined) return { columns: pick("text", "split"), form: "text" };
  return { columns: {}, form: null };
}

/** The form that mapped columns make. */
export function formOf(columns: Columns): RowForm | null {
  if (columns.messages !== undefined) return "messages";
  if (columns.question !== undefined && columns.answer !== undefined) {
    const name = bareName(columns.question);
    if (name === "instruction") return "alpaca";
    return name === "prompt" ? "prompt_completion" : "question_answer";
  }
  return columns.text === undefined ? null : "text";
}

/** Whether a name of a column is one of those that say what it is. */
export const isKnownName = (name: string): boolean => roleOf.has(bareName(name));

const bareName = (name: string): string =>
  name
    .normalize("NFKC")
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, "");
