"""Monitoring of runs: metrics, dashboard, alarms, notifications."""
