// Serves the site with the samples and the cached models: node scripts/demo.mjs MODELS_FOLDER
import { serve } from "./static-server.mjs";

const port = Number(process.env.PORT ?? 8080);
const mounts = { "/": "www/dist", "/models/": process.argv[2], "/samples/": "www/samples" };

// A port that is taken is most likely an earlier demo, which may serve an older build.
const server = await serve({ mounts, port }).catch(() => serve({ mounts }));
console.log(`\nLeafcutter is at ${server.url}  (Ctrl+C stops it)`);
