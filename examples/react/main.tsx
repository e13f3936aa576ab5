import { Leafcutter } from "leafcutter";
import "leafcutter/element";
import "leafcutter/tree-picture";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

const NOTES = [
  {
    id: "beans",
    title: "Beans",
    markdown: "# Beans\n\nBeans go into the ground once the nights stay above ten degrees.",
  },
  {
    id: "compost",
    title: "Compost",
    markdown: "# Compost\n\n## When it smells\n\nTurn the heap and mix in dry leaves.",
  },
];

function App() {
  const [collection, setCollection] = useState<Leafcutter>();
  const [picked, setPicked] = useState("");

  useEffect(() => {
    const opening = Leafcutter.open({ name: "notes", model: "/models/all-MiniLM-L6-v2.int8.safetensors" });
    let gone = false;
    void opening.then(async (opened) => {
      await opened.add(NOTES);
      if (!gone) setCollection(opened);
    });
    return () => {
      gone = true;
      void opening.then((opened) => opened.close());
    };
  }, []);

  return (
    <main>
      <h1>Garden notes</h1>
      <leafcutter-search
        id="search"
        collection={collection}
        onleafcutter-select={({ detail }) => setPicked(detail.group.title)}
      />
      <p>{picked}</p>
      <leafcutter-tree for="search" collection={collection} />
    </main>
  );
}

createRoot(document.getElementById("app")!).render(<App />);
