#!/usr/bin/env node
// The command as npm installs it: nothing but the built main.
import '../dist/main.js';
