import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong with the page as it stands. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(`${axe.source};
    axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => [id, help, target, failureSummary].join(': '))))`)
  return Array.isArray(found) ? found.map(String) : ['axe said nothing']
}
