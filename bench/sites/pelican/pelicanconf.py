"""The reading list as a site of Pelican."""

SITENAME = "Reading list"
SITEURL = "https://list.example.org"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
PATH = "content"
OUTPUT_PATH = "public"
THEME = "theme"
THEME_STATIC_DIR = "assets"
STATIC_PATHS: list[str] = []
PAGE_PATHS: list[str] = []
USE_FOLDER_AS_CATEGORY = False
FORMATTED_FIELDS: list[str] = []
MARKDOWN = {"extension_configs": {"markdown.extensions.meta": {}}, "output_format": "html5"}

ARTICLE_URL = "papers/{slug}/"
ARTICLE_SAVE_AS = "papers/{slug}/index.html"
TAG_URL = "topics/{slug}/"
TAG_SAVE_AS = "topics/{slug}/index.html"
AUTHOR_URL = "hardware/{slug}/"
AUTHOR_SAVE_AS = "hardware/{slug}/index.html"
CATEGORY_URL = "archive/{slug}/"
CATEGORY_SAVE_AS = "archive/{slug}/index.html"
DRAFT_SAVE_AS = ""

DIRECT_TEMPLATES = ["home", "papers", "topics", "hardware", "archive", "404", "sitemap"]
HOME_SAVE_AS = "index.html"
PAPERS_SAVE_AS = "papers/index.html"
TOPICS_SAVE_AS = "topics/index.html"
HARDWARE_SAVE_AS = "hardware/index.html"
ARCHIVE_SAVE_AS = "archive/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"

DEFAULT_PAGINATION = 20
PAGINATED_TEMPLATES = {"papers": None, "tag": None, "author": None, "category": None}
PAGINATION_PATTERNS = (
    (1, "{base_name}/", "{base_name}/index.html"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
)

FEED_DOMAIN = SITEURL
FEED_RSS = "feed.xml"
TAG_FEED_RSS = "topics/{slug}/feed.xml"
AUTHOR_FEED_RSS = "hardware/{slug}/feed.xml"
FEED_MAX_ITEMS = 30
RSS_FEED_SUMMARY_ONLY = True
FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
