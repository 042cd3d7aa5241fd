// The reading list as a site of Eleventy: what the others have as taxonomies are collections here.

const PAGE_SIZE = 20;
const FEED_SIZE = 30;

function pagesOf(title, base, items) {
  const last = Math.max(1, Math.ceil(items.length / PAGE_SIZE));
  const address = (number) => (number === 1 ? base : `${base}page/${number}/`);
  return Array.from({ length: last }, (_, index) => ({
    title,
    total: items.length,
    number: index + 1,
    url: address(index + 1),
    items: items.slice(index * PAGE_SIZE, (index + 1) * PAGE_SIZE),
    newer: index > 0 ? address(index) : "",
    older: index + 1 < last ? address(index + 2) : "",
  }));
}

module.exports = function (config) {
  const sorted = new WeakMap();

  function papers(api) {
    const all = api.getAll();
    if (!sorted.has(all)) {
      const found = api.getFilteredByTag("paper");
      sorted.set(all, found.sort((a, b) => b.date - a.date || (a.inputPath < b.inputPath ? -1 : 1)));
    }
    return sorted.get(all);
  }

  function terms(api, folder, ids, title) {
    const found = new Map();
    for (const paper of papers(api)) {
      for (const id of ids(paper)) {
        if (!found.has(id)) found.set(id, []);
        found.get(id).push(paper);
      }
    }
    return [...found.keys()].sort().map((id) => {
      const items = found.get(id);
      return { title: title(id, items[0]), url: `/${folder}/${id}/`, items };
    });
  }

  const topics = (api) =>
    terms(api, "topics", (p) => p.data.topics, (id, p) => p.data.topicsTitles[id]);
  const devices = (api) =>
    terms(api, "hardware", (p) => p.data.hardware, (id, p) => p.data.hardwareTitles[id]);
  const years = (api) =>
    terms(api, "archive", (p) => [p.date.getUTCFullYear()], (id) => `${id}`);

  config.addFilter("ymd", (date) => date.toISOString().slice(0, 10));
  config.addFilter("rfc822", (date) => date.toUTCString());

  config.addCollection("newest", (api) => papers(api).slice(0, PAGE_SIZE));
  config.addCollection("topicTerms", topics);
  config.addCollection("deviceTerms", devices);
  config.addCollection("yearTerms", years);
  config.addCollection("lists", (api) => [
    ...pagesOf("All papers", "/papers/", papers(api)),
    ...[...topics(api), ...devices(api), ...years(api)].flatMap((term) =>
      pagesOf(term.title, term.url, term.items),
    ),
  ]);
  config.addCollection("feeds", (api) => [
    { title: "Reading list", url: "/feed.xml", items: papers(api).slice(0, FEED_SIZE) },
    ...[...topics(api), ...devices(api)].map((term) => ({
      title: term.title,
      url: `${term.url}feed.xml`,
      items: term.items.slice(0, FEED_SIZE),
    })),
  ]);
  config.addCollection("sitemap", (api) => papers(api));
  config.addPassthroughCopy({ static: "." });
  config.setQuietMode(true);

  return {
    dir: { input: "content", includes: "../_includes", output: "public" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: "njk",
  };
};
