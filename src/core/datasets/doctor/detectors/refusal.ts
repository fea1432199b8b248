import { answersOf } from "../seen-row.ts";
import type { Hit, SeenRow } from "../seen-row.ts";

/** A refusal says so at once. */
const opening = 220;

/* Each pattern needs the first person or the machine's own name, since answers about what a reader
   or a shop cannot do are ordinary. */
const helping =
  "(?:help|assist|answer|provide|fulfil|fulfill|comply|complete|do (?:that|this|so)|share|give|offer|discuss|support|engage|respond|look (?:that|this|it) up|access|browse|generate|create|write|continue|talk about)";
const english = [
  `\\bi(?:'m| am)?(?: (?:really|truly|very|just|afraid|sorry|but|that|unfortunately|i|i'm|am))*[ ,]*(?:can(?:'t|not| not)|could ?n[o']t|won't|will not|am not able to|'m not able to|not able to|unable to|am unable to|'m unable to|will not be able to|won't be able to|(?:must|have to|need to) (?:decline|refuse)(?: to)?|do(?:n't| not) feel comfortable)(?: be able to| to| really)? ?${helping}`,
  `\\b(?:it is|it's) not (?:possible|appropriate) for me to`,
  `\\bi (?:must|have to|need to) (?:respectfully |politely )?(?:decline|refuse)`,
  `\\b(?:as|i am|i'm)(?: only| just| merely)? an? (?:large |artificial |virtual )?(?:ai|language model|artificial intelligence|chatbot|virtual assistant|machine learning model)\\b`,
  `\\b(?:against|violates?) (?:my|our|the) (?:guidelines|policy|policies|programming|principles)`,
  `\\bi (?:do not|don't) have (?:the ability|access|personal (?:opinions?|experiences?|feelings?)|enough information to)`,
];
const doing =
  "(?:helfen|weiterhelfen|behilflich sein|beantworten|antworten|erfüllen|unterstützen|nachkommen|sagen(?!,? (?:dass|ob|wie))|erteilen|geben|machen|erstellen|schreiben|teilen|besprechen|haben|abrufen|nachsehen|durchführen|tun|bereitstellen)";
const german = [
  `\\b(?:kann|darf|werde|möchte|könnte) ich(?: [^\\s.!?,;]+){0,6} (?:nicht|keine[nr]?)(?: [^\\s.!?,;]+){0,4} ${doing}`,
  `\\bich (?:kann|darf|werde|möchte)(?: [^\\s.!?,;]+){0,6} (?:nicht|keine[nr]?)(?: [^\\s.!?,;]+){0,4} ${doing}`,
  `\\bund (?:kann|darf)(?: [^\\s.!?,;]+){0,3} (?:nichts|nicht|keine)(?: [^\\s.!?,;]+){0,3} ${doing}`,
  `\\bich bin (?:leider )?nicht (?:in der lage|befugt|berechtigt|imstande)`,
  `\\b(?:es ist mir|mir ist es) (?:leider )?nicht (?:möglich|gestattet|erlaubt)`,
  `\\b(?:als|ich bin)(?: nur| bloß| lediglich)? (?:ein |eine )?(?:großes )?(?:ki|künstliche intelligenz|sprachmodell|ki-\\S+|virtueller assistent|chatbot)\\b`,
  `\\b(?:verstößt|verstoßen) gegen (?:meine|die|unsere) (?:richtlinien|regeln|grundsätze)`,
  `\\bdas muss ich (?:leider )?ablehnen`,
];
const others = [
  "\\bje (?:suis désolée?|regrette),? mais je ne peux pas",
  "\\blo siento,? (?:pero )?no puedo",
  "\\bmi dispiace,? (?:ma )?non posso",
  "\\ben tant (?:qu'ia|que modèle)",
  "\\bcomo (?:una ia|modelo de lenguaje)",
];
const patterns = [...english, ...german, ...others].map((pattern) => new RegExp(pattern, "u"));
/** Cheap to look for, and in every refusal. */
const sign = /\b(?:i|me|my|ich|mir|ki|je|puedo|posso|ia|modelo|sprachmodell|intelligenz)\b/iu;

/** An answer that refuses to help. */
export function findRefusal(row: SeenRow): Hit | undefined {
  for (const answer of answersOf(row)) {
    const start = answer.slice(0, opening);
    if (!sign.test(start)) continue;
    const text = start.toLowerCase().replaceAll("’", "'");
    for (const pattern of patterns) {
      const match = pattern.exec(text);
      if (match) return { found: start.slice(match.index, match.index + match[0].length) };
    }
  }
  return undefined;
}
