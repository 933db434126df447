#!/usr/bin/env node
import '@ftuseg/cli/ftu';
