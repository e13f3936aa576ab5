/** What the picture of the tree says. */

import type { Plural } from "../element/strings.js";

export interface TreeStrings {
  /** Name of the picture, and of what stands above all topics. */
  topics: string;
  /** Name of the way back from a topic to all. */
  path: string;
  passages: Plural;
  passage: string;
  /** Said of what the current question finds. */
  lit: string;
  save: string;
  empty: string;
  failed: string;
  /** How to use it. */
  help: string;
}

export const TREE_LANGUAGES = {
  en: {
    topics: "All topics",
    path: "Where you are",
    passages: { one: "{count} passage", other: "{count} passages" },
    passage: "Passage",
    lit: "answers the question",
    save: "Save as SVG",
    empty: "There are no documents yet.",
    failed: "The tree could not be shown",
    help: "Arrow keys move, Enter goes nearer, Escape goes back.",
  },
  de: {
    topics: "Alle Themen",
    path: "Wo du bist",
    passages: { one: "{count} Abschnitt", other: "{count} Abschnitte" },
    passage: "Abschnitt",
    lit: "beantwortet die Frage",
    save: "Als SVG sichern",
    empty: "Es gibt noch keine Dokumente.",
    failed: "Der Baum konnte nicht gezeigt werden",
    help: "Pfeiltasten bewegen, Eingabe geht näher heran, Escape geht zurück.",
  },
  fr: {
    topics: "Tous les sujets",
    path: "Où vous êtes",
    passages: { one: "{count} passage", other: "{count} passages" },
    passage: "Passage",
    lit: "répond à la question",
    save: "Enregistrer en SVG",
    empty: "Il n’y a pas encore de documents.",
    failed: "L’arbre n’a pas pu être affiché",
    help: "Les flèches déplacent, Entrée rapproche, Échap revient.",
  },
  es: {
    topics: "Todos los temas",
    path: "Dónde estás",
    passages: { one: "{count} pasaje", other: "{count} pasajes" },
    passage: "Pasaje",
    lit: "responde a la pregunta",
    save: "Guardar como SVG",
    empty: "Todavía no hay documentos.",
    failed: "No se pudo mostrar el árbol",
    help: "Las flechas mueven, Intro acerca, Escape vuelve.",
  },
  ar: {
    topics: "كل المواضيع",
    path: "موضعك",
    passages: {
      zero: "لا مقاطع",
      one: "مقطع واحد",
      two: "مقطعان",
      few: "{count} مقاطع",
      many: "{count} مقطعًا",
      other: "{count} مقطع",
    },
    passage: "مقطع",
    lit: "يجيب عن السؤال",
    save: "حفظ بصيغة SVG",
    empty: "لا توجد مستندات بعد.",
    failed: "تعذّر عرض الشجرة",
    help: "مفاتيح الأسهم للتنقل، وEnter للاقتراب، وEscape للعودة.",
  },
} satisfies Record<string, TreeStrings>;
