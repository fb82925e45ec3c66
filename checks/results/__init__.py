"""What a judged period adds up to: findings, metrics, a year of closings."""
