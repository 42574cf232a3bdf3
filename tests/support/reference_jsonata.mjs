// JSONata's reference implementation (npm jsonata) as a filter: a line of JSON in, a line of JSON out.
// In: {"expression", "variables"}. Out: {"value"}, {} for what is undefined, or {"error"}.
import { createInterface } from "node:readline";
import jsonata from "jsonata";

async function evaluated({ expression, variables }) {
  try {
    const compiled = jsonata(expression);
    compiled.registerFunction("parse", (text) => JSON.parse(text)); // one that Step Functions adds
    return { value: await compiled.evaluate(undefined, variables) };
  } catch (error) {
    return { error: error.code ?? error.name };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await evaluated(JSON.parse(line))));
}
