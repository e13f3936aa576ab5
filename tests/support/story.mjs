// A short story of our own, for tests that have a real language model summarize it and answer from it.

const PARTS = [
  `The lighthouse at Skarn had a keeper named Jon Marrow, who kept bees on the gallery. In summer the bees flew over the water to the
  heather on the other shore. In winter he fed them sugar that the postman brought.`,
  `The postman was called Ode Lund. She came on Fridays in a green boat, with letters, sugar and news. When the harbor froze she walked
  over the ice, pulling a sledge.`,
  `One January the ice broke behind her. Jon saw it from the gallery. He rang the fog bell until the fishermen of Vessby came with ropes
  and ladders.`,
  `They drew Ode out of the water, and the sledge was lost with the sugar. For nine weeks nobody could reach the lighthouse. Jon gave the
  bees his own honey.`,
  `In April the ice was gone, and half of the bees were alive. Ode came in a new boat that the fishermen had paid for. It was yellow, so
  that it could be seen from the gallery.`,
  `Jon painted the bell yellow too. When the light was automated, he left the lighthouse, but the bees stayed. They live in a wall on the
  south side, and the people of Vessby feed them in winter.`,
];

/** As a document; `parts` of them for a short run. */
export function story(parts = PARTS.length) {
  const text = PARTS.slice(0, parts)
    .map((part) => part.replace(/\s+/g, " "))
    .join("\n\n");
  return { id: "story", title: "The keeper of Skarn", text };
}
