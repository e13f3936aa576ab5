// Questions about Moby-Dick, with the chapters that answer them. Written for these tests.

/** `chapters`: ids of the documents that would do. */
export const questions = [
  { text: "Why does the narrator go to sea whenever he feels gloomy?", chapters: ["1"] },
  { text: "Whom must Ishmael share a bed with at the inn?", chapters: ["3", "4"] },
  { text: "What does the preacher say about Jonah and the whale?", chapters: ["9"] },
  { text: "Which kinds of chowder does the landlady of the Try Pots serve?", chapters: ["15"] },
  { text: "How are whales classified as if they were books, into folios and octavos?", chapters: ["32"] },
  { text: "Who will get the gold coin that Ahab nails to the mast?", chapters: ["36"] },
  { text: "Why is the color white more appalling than red?", chapters: ["42"] },
  { text: "What is it called when two whaling ships meet at sea and visit each other?", chapters: ["53"] },
  { text: "How is the rope tied between Ishmael and Queequeg as he works on the whale's back?", chapters: ["72"] },
  { text: "What is ambergris, and what is it used for?", chapters: ["92"] },
  { text: "Who jumped from the boat and was left alone in the ocean, and lost his mind?", chapters: ["93"] },
  { text: "Why was a coffin made for Queequeg while he still lived?", chapters: ["110"] },
];

/** The text with all that must survive a trip through UTF-16 and UTF-8. */
export const awkwardText = [
  "# Emoji \u{1F41C}\u{1F343} and marks",
  "The ant \u{1F41C} carries a leaf \u{1F343}. A family \u{1F468}\u200D\u{1F469}\u200D\u{1F467} is one picture. Cafe\u0301 has a combining mark.",
  "A lone high surrogate \uD83D here, and a lone low one \uDC1C there. \u05E9\u05DC\u05D5\u05DD \u05E2\u05D5\u05DC\u05DD. \u4F60\u597D\uFF0C\u4E16\u754C\u3002",
  "Zalgo: Z\u0351\u036B\u0343\u036A\u0302\u036B\u033D\u034F\u0334\u0319\u0324 text. \u{1D49C}\u{1D4B7} in script letters.",
].join("\n\n");
