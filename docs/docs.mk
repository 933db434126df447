# The documentation: its site, and the tests of its examples and links.
.PHONY: docs test-docs

docs/node_modules: docs/package-lock.json docs/package.json
	cd docs && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

docs: docs/node_modules build
	cd docs && node_modules/.bin/typedoc && node_modules/.bin/vitepress build

test-docs: build
	node_modules/.bin/vitest run --config tests/docs/vitest.config.ts --root . tests/docs/
