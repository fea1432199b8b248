import { fillSlots } from "./grammar.ts";
import type { Grammar, Pair } from "./grammar.ts";
import type { Random } from "./random.ts";

/**
 * Sound rows that look like faulty ones: short answers, regrets that are no refusals, numbers that are
 * no telephone numbers, a translation that was asked for, tags of a mark-up language.
 */
const pairs: Record<Grammar["language"], [question: string, answer: string][]> = {
  en: [
    ["Is the branch in {city} open on {day}s in {month}?", "Yes."],
    ["Does room {n} in {city} have a window that {name} could open?", "No, not yet."],
    ["How many chairs did {name} order for {day} in {city}?", "{n}"],
    ["What does locker {n} of the {city} branch cost per {day}?", "{n} pounds."],
    [
      "Can {name} return an opened bottle in {city}?",
      "No, opened bottles cannot be returned. {name} at the desk in {city} can exchange sealed ones until {day}.",
    ],
    [
      "{name} asks whether dogs may enter the pool in {city}.",
      "I'm sorry, dogs have to wait outside. There is a post for leads beside entrance {n}, and water in {month}.",
    ],
    [
      "Why can't I help {name} with the lock on door {n}?",
      "Because only two keys exist: one is in {city}, and the other is in the safe until {day}.",
    ],
    [
      "Which number stands on the parcel for {name}?",
      "It is shipment {n}71-00{n}-4{n}9, sent from {city} on {day}, 12 {month} 2024.",
    ],
    [
      "Which edition of the {city} atlas should {name} buy?",
      "The third, ISBN 978-3-16-1484{n}0-0, printed in {month} 2019 with {n} maps. It costs 48.50 pounds.",
    ],
    [
      "What are the opening hours in {city} in {month}?",
      "{day} 08:30-17:45, {day} 09:00-12:15, closed from 24.12. to 02.01.; room {n} on request.",
    ],
    [
      'Translate into German: "{name} is waiting in {city} until {day}."',
      "„{name} wartet in {city} bis zum Ende der Woche und hat {n} Fragen im Gepäck.“",
    ],
    [
      "How do I make the word {name} bold on the page about {city}?",
      "Put it between <strong>{name}</strong> and save. The old form <b>{name}</b> works, too, for {n} more years.",
    ],
    [
      "How do I count the rows of {city}.csv in a shell?",
      "Run `wc -l < {city}.csv | tr -d ' '` and subtract one for the header; {name} does it in {n} seconds.",
    ],
    [
      "What is on the to-do list of {name} for {day}?",
      "Three things: call {city}, order {n} lamps, and water the plants before {month}.",
    ],
    [
      "How long does it take {name} to reach {city} by train in {month}?",
      "It takes {name} about {n} hours to reach {city} by train in {month}.",
    ],
    [
      "Is the lamp with article number 40{n}1782{n}5 in stock in {city}?",
      "There are {n} of 40{n}1782{n}5 left in {city}; the next delivery comes in {month}.",
    ],
    [
      "Which address does the test page in {city} use for mail?",
      "It sends to nobody@example.com, which by standard belongs to no one. {name} set this up in {month}.",
    ],
    [
      "Which of the {n} models is the best for {city}?",
      "I would say the second: I can't say that {name} ever regretted it, and it lasts until {month}.",
    ],
  ],
  de: [
    ["Hat die Filiale in {city} im {month} auch am {day} offen?", "Ja."],
    ["Hat Raum {n} in {city} ein Fenster, das {name} öffnen kann?", "Nein, noch nicht."],
    ["Wie viele Stühle hat {name} für {day} in {city} bestellt?", "{n}"],
    ["Was kostet das Fach {n} in {city} am {day}?", "{n} Euro."],
    [
      "Kann {name} eine geöffnete Flasche in {city} zurückgeben?",
      "Nein, geöffnete Flaschen können wir nicht zurücknehmen. Verschlossene tauscht {name} in {city} bis {day} um.",
    ],
    [
      "{name} fragt, ob Hunde in {city} ins Bad dürfen.",
      "Es tut mir leid, Hunde müssen draußen warten. Neben Eingang {n} ist ein Haken, und im {month} steht dort Wasser.",
    ],
    [
      "Warum kann ich {name} bei der Tür {n} nicht helfen?",
      "Weil es nur zwei Schlüssel gibt: einer ist in {city}, der andere liegt bis {day} im Tresor.",
    ],
    [
      "Welche Nummer steht auf dem Paket für {name}?",
      "Es ist die Sendung {n}71-00{n}-4{n}9, aufgegeben am {day}, dem 12. {month} 2024, in {city}.",
    ],
    [
      "Welche Ausgabe des Atlas von {city} soll {name} kaufen?",
      "Die dritte, ISBN 978-3-16-1484{n}0-0, gedruckt im {month} 2019 mit {n} Karten. Sie kostet 48,50 Euro.",
    ],
    [
      "Wann ist in {city} im {month} geöffnet?",
      "{day} 08:30-17:45, {day} 09:00-12:15, geschlossen vom 24.12. bis 02.01.; Raum {n} auf Anfrage.",
    ],
    [
      "Übersetze ins Englische: „{name} wartet bis {day} in {city}.“",
      '"{name} is waiting in {city} until the end of the week and has {n} questions."',
    ],
    [
      "Wie setze ich das Wort {name} auf der Seite über {city} fett?",
      "Schreibe <strong>{name}</strong> und sichere die Seite. Die alte Form <b>{name}</b> geht noch {n} Jahre.",
    ],
    [
      "Wie zähle ich in der Konsole die Zeilen von {city}.csv?",
      "Mit `wc -l < {city}.csv | tr -d ' '`, dann eine für den Kopf abziehen; {name} braucht dafür {n} Sekunden.",
    ],
    [
      "Was steht am {day} auf der Liste von {name}?",
      "Drei Dinge: in {city} anrufen, {n} Lampen bestellen und vor dem {month} die Blumen gießen.",
    ],
    [
      "Wie lange braucht {name} im {month} mit dem Zug nach {city}?",
      "Mit dem Zug braucht {name} im {month} etwa {n} Stunden nach {city}.",
    ],
    [
      "Ist die Lampe mit der Artikelnummer 40{n}1782{n}5 in {city} vorrätig?",
      "Von 40{n}1782{n}5 sind in {city} noch {n} da, die nächste Lieferung kommt im {month}.",
    ],
    [
      "Welche Adresse nutzt die Testseite in {city} für Post?",
      "Sie schreibt an nobody@example.com, das nach der Norm niemandem gehört. {name} hat das im {month} eingerichtet.",
    ],
    [
      "Welches der {n} Modelle passt am besten zu {city}?",
      "Ich würde das zweite nehmen: ich kann nicht sagen, dass {name} es je bereut hätte, und es hält bis {month}.",
    ],
  ],
};

export function makeHardPair(grammar: Grammar, random: Random): Pair {
  const [question, answer] = random.pick(pairs[grammar.language]);
  // A name that stands in both must be the same one in both.
  const more = {
    name: random.pick(grammar.names),
    city: random.pick(grammar.cities),
    day: random.pick(grammar.days),
    month: random.pick(grammar.months),
  };
  const fill = (text: string): string =>
    fillSlots(
      text.replaceAll(/\{(name|city|day|month)\}/g, (_, slot: keyof typeof more) => more[slot]),
      grammar,
      random,
    );
  return { question: fill(question), answer: fill(answer) };
}
