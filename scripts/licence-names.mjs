/** What npm packages whose package.json says no SPDX name have in their LICENSE file. */
const CLARIFIED = { duck: "BSD-2-Clause" };

/** The SPDX expression of a package's licence, of which its own data say `given`; the old `A/B` stands for `A OR B`. */
export function licenceOf(name, given) {
  return (CLARIFIED[name] ?? given)?.replaceAll("/", " OR ");
}
